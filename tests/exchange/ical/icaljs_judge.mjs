// Reads calendars with ical.js and says, a line of JSON each: what it finds wrong, and where it puts each entry.
//
// A first argument "--times=FIRST,LAST" lists instead the times of each entry that begin between two UTC days.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [library, ...rest] = process.argv.slice(2);
const ICAL = (await import(pathToFileURL(library).href)).default;
ICAL.design.strict = true;

const say = (row) => console.log(JSON.stringify(row));
const moment = (time) => (time === null ? "-" : time.isDate ? time.toString() : String(time.toUnixTime()));
const times = rest[0]?.startsWith("--times=") ? rest.shift().slice(8).split(",") : null;

for (const path of rest) {
  try {
    const calendar = new ICAL.Component(ICAL.parse(readFileSync(path, "utf8")));
    const errors = [];
    for (const part of calendar.getAllSubcomponents()) {
      if (part.name === "vtimezone") continue;
      const property = (name) => part.getFirstPropertyValue(name);
      if (times) {
        const event = new ICAL.Event(part);
        const found = [];
        const steps = event.iterator();
        for (let next = steps.next(); next && next.toUnixTime() < Number(times[1]); next = steps.next()) {
          if (next.toUnixTime() >= Number(times[0])) found.push(next.isDate ? next.toString() : next.toUnixTime());
        }
        say({ kind: "times", path, uid: property("uid"), found });
        continue;
      }
      const alarms = part.getAllSubcomponents("valarm").map((one) => one.getFirstPropertyValue("trigger").toSeconds());
      say({
        kind: "entry", path, uid: property("uid"), component: part.name,
        starts: moment(property("dtstart")), ends: moment(property(part.name === "vtodo" ? "due" : "dtend")),
        sequence: property("sequence"), status: property("status"), summary: property("summary") ?? "",
        location: property("location") ?? "", alarms,
      });
    }
    for (const error of errors) say({ kind: "error", path, error });
    say({ kind: "done", path, name: calendar.getFirstPropertyValue("name") ?? "" });
  } catch (error) {
    say({ kind: "error", path, error: String(error) });
  }
}
