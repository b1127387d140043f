// A screen in the hall goes back to its first page when nobody has touched it for a while.
const home = document.body.querySelector("[data-home]");
const IDLE = 60000;
let timer = 0;
function wait() {
  clearTimeout(timer);
  timer = setTimeout(() => { location.replace(home.dataset.home); }, IDLE);
}
if (home && home.dataset.home !== location.pathname) {
  for (const name of ["pointerdown", "keydown", "scroll"]) addEventListener(name, wait, { passive: true });
  wait();
}
