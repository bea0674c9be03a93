/** The page on which a photograph is taken: the live quality gate, the first photograph laid over it, keeping. */

import { START_MS, cameras, offered, opened, reduced, still, stopped, trouble } from "./stream.js";
import { filled } from "./svg.js";

const FRAME_PX = 2_000_000;
const SHARE = 1000; // of the overlay's box

class Camera {
  constructor(root, settings) {
    Object.assign(this, { root, settings, words: settings.words, stream: null, blob: null, timer: 0, round: 0, rest: 0 });
    this.opened = Date.now();
    this.form = this.find("form");
    this.video = this.find("video");
    this.find("live").hidden = false;
    this.on("start", () => this.start());
    this.on("stop", () => this.stop(this.words.stopped));
    this.on("take", () => this.take());
    this.on("retake", () => this.again());
    this.on("keep", () => this.keep());
    this.find("opacity")?.addEventListener("input", () => this.ghost());
    this.find("lines").addEventListener("change", (event) => this.find("grid").toggleAttribute("hidden", !event.target.checked));
    this.find("cameras").addEventListener("change", (event) => this.start(event.target.value));
    window.addEventListener("pagehide", () => this.stop());
    document.addEventListener("visibilitychange", () => {
      if (document.hidden && this.stream && !this.blob) this.stop(this.words.stopped);
    });
    this.ghost();
    if (!offered()) this.cannot("insecure");
  }

  find(name) {
    return this.root.querySelector(`[data-${name}]`);
  }

  on(name, act) {
    this.find(name).addEventListener("click", act);
  }

  say(words) {
    const line = this.find("say");
    if (line.textContent !== words) line.textContent = words;
  }

  cannot(why) {
    const line = this.find("trouble");
    line.textContent = this.words[why] ?? why;
    line.hidden = false;
    this.find("start").disabled = why === "insecure";
    this.find("start").hidden = false;
  }

  /** Show the controls of a state: off, live, taken. */
  show(state) {
    for (const [name, states] of Object.entries({
      start: ["off"], take: ["live"], stop: ["live"], options: ["live"], keep: ["taken"], retake: ["taken"], still: ["taken"],
      stage: ["live", "taken"],
    })) this.find(name).hidden = !states.includes(state);
    this.video.hidden = state !== "live";
    this.find("ghost")?.toggleAttribute("hidden", state !== "live");
    this.find("corners").setAttribute("d", "");
    this.find("grid").toggleAttribute("hidden", state !== "live" || !this.find("lines").checked);
    this.root.dataset.state = state;
  }

  async start(id) {
    if (!offered()) return this.cannot("insecure");
    this.stop();
    const { round } = this;
    const isLeft = () => round !== this.round; // stopped, or given up, while it was waited for
    this.find("trouble").hidden = true;
    this.find("start").disabled = true;
    this.say(this.words.starting);
    const limit = setTimeout(() => isLeft() || this.fail("late"), START_MS);
    try {
      const stream = await opened(id);
      if (isLeft()) return stopped(stream);
      this.stream = stream;
      this.video.srcObject = stream;
      await this.video.play();
      if (isLeft()) return undefined;
    } catch (error) {
      return isLeft() ? undefined : this.fail(trouble(error));
    } finally {
      clearTimeout(limit);
    }
    this.stream.getVideoTracks()[0].addEventListener("ended", () => this.stop(this.words.stopped));
    this.live();
    const all = await cameras();
    const chosen = this.stream?.getVideoTracks()[0]?.getSettings().deviceId;
    this.find("cameras").replaceChildren(
      ...all.map((device, at) => new Option(device.label || filled(this.words.camera, { number: at + 1 }), device.deviceId, false, device.deviceId === chosen)),
    );
    this.find("cameras-row").hidden = all.length < 2;
    return undefined;
  }

  /** Off again, with what to do about it. */
  fail(why) {
    this.stop(this.words.stopped);
    this.cannot(why);
    // The button lost the focus when it was disabled.
    if (document.activeElement === document.body) this.find("start").focus({ preventScroll: true });
  }

  live() {
    const { videoWidth: width, videoHeight: height } = this.video;
    this.find("stage").style.setProperty("--shape", width / height);
    this.find("about").textContent = filled(this.words.running, { width, height });
    this.say(this.words.waiting);
    this.fitGhost(width / height);
    this.show("live");
    this.find("take").focus({ preventScroll: true });
    this.round += 1;
    this.check(this.round);
  }

  stop(words) {
    clearTimeout(this.timer);
    this.round += 1;
    stopped(this.stream);
    this.stream = null;
    this.video.srcObject = null;
    this.find("checks").hidden = true;
    this.find("about").textContent = "";
    this.find("start").disabled = !offered();
    this.show("off");
    if (words) this.say(words);
  }

  // ── the first photograph over the picture ──

  ghost() {
    const image = this.find("ghost");
    if (image) image.style.opacity = this.find("opacity").value / 100;
  }

  /** The longer sides lie on each other, as the distance is judged by them. */
  fitGhost(shape) {
    const image = this.find("ghost");
    if (!image) return;
    const own = image.width && image.height ? Number(image.getAttribute("width")) / Number(image.getAttribute("height")) : shape;
    const long = (value) => Math.max(value, 1 / value);
    const turned = own > 1 !== shape > 1;
    image.classList.toggle("camera-narrow", turned || long(own) > long(shape));
  }

  // ── the quality gate ──

  async check(round) {
    const began = performance.now();
    const { videoWidth: width, videoHeight: height } = this.video;
    if (width && this.video.readyState >= 2) {
      const frame = await reduced(this.video, width, height, FRAME_PX, 0.85);
      const answer = frame && (await this.judged(frame, Math.max(width, height)));
      if (round !== this.round) return;
      this.told(answer);
    }
    const took = performance.now() - began;
    this.timer = setTimeout(() => this.check(round), Math.max(this.settings.every - took, took, this.rest, 100));
  }

  async judged(frame, longest) {
    try {
      const answer = await fetch(`${this.settings.check}?still=${longest}`, {
        method: "POST", body: frame, redirect: "manual",
        headers: { "Content-Type": "image/jpeg", "X-CSRFToken": this.form.elements.csrfmiddlewaretoken.value },
      });
      if (answer.type === "opaqueredirect") return { say: this.words.signedOut };
      return answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : null;
    } catch {
      return null;
    }
  }

  told(answer) {
    this.rest = answer?.wait ?? 0; // ms, where so many frames were sent that the next one has to wait
    this.say(answer?.say || this.words.silent);
    const list = this.find("checks");
    list.hidden = !answer?.findings;
    this.root.dataset.card = answer?.findings ? String(answer.card_found) : "";
    const corners = answer?.corners ?? [];
    this.find("corners").setAttribute(
      "d", corners.map(([x, y], at) => `${at ? "L" : "M"}${(x * SHARE).toFixed(1)} ${(y * SHARE).toFixed(1)}`).join("") + (corners.length ? "Z" : ""),
    );
    if (!answer?.findings) return;
    const how = (passed) => (passed === null ? "unknown" : passed ? "passed" : "failed");
    list.replaceChildren(
      ...answer.findings.map(({ name, passed, what }) => {
        const row = document.createElement("li");
        row.className = `camera-${how(passed)}`;
        const mark = document.createElement("b");
        mark.textContent = `${{ passed: "✓", failed: "✗", unknown: "?" }[how(passed)]} ${name}`;
        const words = document.createElement("span");
        words.textContent = what;
        const state = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: `: ${this.words[how(passed)]}. ` });
        row.append(mark, state, words);
        return row;
      }),
    );
  }

  // ── the photograph ──

  async take() {
    const button = this.find("take");
    button.disabled = true;
    clearTimeout(this.timer);
    this.round += 1;
    this.say(this.words.taking);
    const blob = this.stream ? await still(this.stream, this.video) : null;
    button.disabled = false;
    const picture = blob && (await createImageBitmap(blob).catch(() => null));
    if (!picture) {
      this.say(this.words.notTaken);
      if (this.stream) this.check(this.round);
      return;
    }
    this.blob = blob;
    this.taken = this.day();
    const { width, height } = picture;
    this.find("stage").style.setProperty("--shape", width / height);
    const image = this.find("still");
    image.src = URL.createObjectURL(blob);
    this.show("taken");
    this.say(filled(this.words.taken, { width, height }));
    this.find("keep").focus({ preventScroll: true });
    const small = await reduced(picture, width, height, FRAME_PX, 0.9);
    picture.close();
    const answer = await this.judged(small, Math.max(width, height));
    if (this.blob !== blob || !answer?.findings) return;
    this.told(answer);
    if (answer.ready) this.say(filled(this.words.taken, { width, height }));
  }

  /** The clinic's day now: by its own clock, also where that of this device is wrong or the page stood open overnight. */
  day() {
    const { now, zone } = this.settings;
    const parts = new Intl.DateTimeFormat("en", { timeZone: zone, year: "numeric", month: "2-digit", day: "2-digit" })
      .formatToParts(new Date(now + Date.now() - this.opened));
    return ["year", "month", "day"].map((name) => parts.find(({ type }) => type === name).value).join("-");
  }

  drop() {
    const image = this.find("still");
    if (image.src) URL.revokeObjectURL(image.src);
    image.removeAttribute("src");
    this.blob = null;
  }

  again() {
    this.drop();
    this.find("trouble").hidden = true;
    if (this.stream) this.live();
    else this.start();
  }

  async keep() {
    const button = this.find("keep");
    button.disabled = true;
    button.setAttribute("aria-busy", "true");
    this.say(this.words.keeping);
    const data = new FormData(this.form);
    data.delete("files");
    data.set("taken_on", this.taken);
    const kind = this.blob.type.split("/")[1]?.replace("jpeg", "jpg") || "jpg";
    data.append("files", this.blob, `${this.settings.name}.${kind}`);
    let [answer, ok] = [null, false];
    try {
      const got = await fetch(this.settings.upload, { method: "POST", body: data, headers: { Accept: "application/json" } });
      ok = got.ok && !got.redirected;
      if (got.headers.get("Content-Type")?.startsWith("application/json")) answer = await got.json();
      else if (got.redirected) answer = { errors: [{ what: this.words.signedOut }] };
    } catch {
      answer = null;
    }
    button.disabled = false;
    button.removeAttribute("aria-busy");
    const kept = ok ? answer?.photographs?.[0] : null;
    if (kept) {
      this.drop();
      this.stop();
      window.location.assign(kept.url ?? this.settings.gallery);
      return;
    }
    const what = answer?.errors?.[0]?.what;
    const says = typeof what === "object" && what ? what[this.settings.language] : what;
    this.cannot([this.words.notKept, says].filter(Boolean).join(" "));
    this.find("start").hidden = true;
    this.say(this.words.notKept);
  }
}

const root = document.querySelector("[data-camera]");
if (root) new Camera(root, JSON.parse(document.getElementById("camera-settings").textContent));
