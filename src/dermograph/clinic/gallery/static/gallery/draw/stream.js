/** The camera itself: starting it, stopping it, and one picture of it, small or as large as it can. */

const PHOTO_MS = 5000; // some drivers never answer

/** How long a camera is waited for: some never answer while another program holds them. */
export const START_MS = 20_000;

/** Why no camera can be had: the name of the words that say so. */
export function trouble(error) {
  const known = { NotAllowedError: "denied", SecurityError: "denied", NotFoundError: "none", OverconstrainedError: "none" };
  return known[error?.name] ?? "busy";
}

/** Whether the browser gives a camera to this page at all. */
export const offered = () => Boolean(window.isSecureContext && navigator.mediaDevices?.getUserMedia);

/**
 * Start a camera: the one that is named, else the one at the back.
 * @param {string} [id] of the device
 */
export function opened(id) {
  const which = id ? { deviceId: { exact: id } } : { facingMode: { ideal: "environment" } };
  return navigator.mediaDevices.getUserMedia({ audio: false, video: { ...which, width: { ideal: 3840 }, height: { ideal: 2160 } } });
}

/** Every camera, once one was allowed. */
export async function cameras() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "videoinput");
}

export function stopped(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** A picture reduced to so many pixels, as a JPEG. */
export async function reduced(source, width, height, most, quality) {
  const scale = Math.min(1, Math.sqrt(most / (width * height)));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.floor(width * scale));
  canvas.height = Math.max(1, Math.floor(height * scale));
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
}

/** One photograph as large as the camera takes it; else what the video shows. */
export async function still(stream, video) {
  const track = stream.getVideoTracks()[0];
  if (window.ImageCapture && track) {
    try {
      const late = new Promise((_, fail) => setTimeout(() => fail(new Error("late")), PHOTO_MS));
      const blob = await Promise.race([new ImageCapture(track).takePhoto(), late]);
      const picture = await createImageBitmap(blob);
      const enough = picture.width * picture.height >= video.videoWidth * video.videoHeight;
      picture.close();
      if (enough) return blob;
    } catch {
      // the video's own picture it is
    }
  }
  return reduced(video, video.videoWidth, video.videoHeight, Infinity, 0.95);
}
