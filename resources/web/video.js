// A live picture, and the truth about it: a picture that stands still must not look like a live one.
const video = document.getElementById("picture");
const state = document.getElementById("state");
const stream = video.dataset.stream;
const AGAIN = 5000, STILL = 10000;
let player = null, timer = 0, last = -1, moved = Date.now(), over = false;

function say(name) {
  state.textContent = name ? state.dataset[name] : "";
  const bad = Boolean(name) && name !== "loading";
  state.classList.toggle("bad", bad);
  state.parentElement.classList.toggle("bad", bad);
}

// Refused: the look is over. Anything else: the camera, or the line to it.
function trouble(status) {
  clearTimeout(timer);
  if ([401, 403, 404].includes(status)) { over = true; stop(); say("over"); return; }
  say("away");
  timer = setTimeout(start, AGAIN);
}

function stop() {
  if (player) { player.destroy(); player = null; }
  video.removeAttribute("src");
  video.load();
}

async function native() {
  const answer = await fetch(stream, { cache: "no-store" }).catch(() => null);
  if (!answer || !answer.ok) { trouble(answer ? answer.status : 0); return; }
  video.src = stream;
  video.play().catch(() => {});
}

function start() {
  moved = Date.now();
  last = -1;
  if (window.Hls && Hls.isSupported()) {
    if (player) player.destroy();
    // No worker: the page's policy allows none. No past is held beyond a moment.
    player = new Hls({ enableWorker: false, lowLatencyMode: false, maxBufferLength: 12, backBufferLength: 6 });
    player.on(Hls.Events.ERROR, (_, error) => {
      if (!error.fatal) return;
      const status = error.response ? error.response.code : 0;
      if (error.type === Hls.ErrorTypes.MEDIA_ERROR && /incompatible|codec/i.test(error.details)) { over = true; stop(); say("unfit"); return; }
      trouble(status);
    });
    player.on(Hls.Events.MANIFEST_PARSED, () => { video.play().catch(() => {}); });
    player.loadSource(stream);
    player.attachMedia(video);
  } else if (video.canPlayType("application/vnd.apple.mpegurl")) {
    native();
  } else { over = true; say("unfit"); }
}

video.addEventListener("timeupdate", () => {
  if (video.currentTime === last) return;
  last = video.currentTime;
  moved = Date.now();
  if (!over) say("");
});
video.addEventListener("error", () => { if (!player && !over && video.src) trouble(0); });
setInterval(() => {
  if (over || video.paused || document.hidden || state.textContent === state.dataset.away) return;
  if (Date.now() - moved > STILL) { say("still"); start(); }
}, 2000);
start();
