// On a telephone the rooms scroll sideways: the one that is open is among those seen.
document.querySelector(".rooms [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
// "/" goes to the search field, as "F3" does in the window.
document.addEventListener("keydown", (event) => {
  const field = document.getElementById("text");
  const asked = event.key === "/" && !event.ctrlKey && !event.altKey && !event.metaKey;
  if (!field || !asked || event.target.matches("input, select, textarea")) return;
  event.preventDefault();
  field.focus();
  field.select();
});
// "g" and a letter leads to a room, "j" and "k" walk the list, "?" shows the keys.
const keys = document.getElementById("keys");
let going = false;
const walk = (by) => {
  const stops = [...document.querySelectorAll("tbody a[id], .sheets .line a[id], .urges a[id]")];
  if (!stops.length) return;
  const here = stops.indexOf(document.activeElement);
  stops[here < 0 ? 0 : Math.min(Math.max(here + by, 0), stops.length - 1)].focus();
};
document.getElementById("keys-open")?.addEventListener("click", () => keys.showModal());
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input, select, textarea") || keys?.open;
  if (typing || event.ctrlKey || event.altKey || event.metaKey) return;
  const room = going && document.querySelector(`[data-go="${CSS.escape(event.key)}"]`);
  going = event.key === "g";
  if (room) room.click();
  else if (event.key === "j" || event.key === "k") walk(event.key === "j" ? 1 : -1);
  else if (event.key === "?" && keys) keys.showModal();
});
