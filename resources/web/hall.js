// The display follows the hall: a hint comes by the stream, the moving part is fetched anew.
const board = document.getElementById("board");
const stale = document.getElementById("stale");
const voice = document.getElementById("voice");
const SLOWLY = 20000; // beside the stream, should a hint be lost
let asking = false, again = false, spoken = heard();

function heard() {
  return new Set([...board.querySelectorAll("[data-number]")].map(callOf));
}

function callOf(line) {
  return `${line.dataset.number} ${line.dataset.counter} ${line.dataset.calls}`;
}

function speak() {
  const lines = [...board.querySelectorAll("[data-state='called']")].filter((l) => !spoken.has(callOf(l)));
  spoken = heard();
  if (!voice.checked || !("speechSynthesis" in window)) return;
  for (const line of lines.reverse()) {
    const words = voice.dataset.say.replace("{number}", line.dataset.number).replace("{counter}", line.dataset.counter);
    const said = new SpeechSynthesisUtterance(words);
    said.lang = voice.dataset.lang;
    speechSynthesis.speak(said);
  }
}

async function fetchBoard() {
  if (asking) { again = true; return; }
  asking = true;
  try {
    const answer = await fetch(board.dataset.board + location.search, { cache: "no-cache" });
    if (!answer.ok) throw new Error(answer.statusText);
    const text = await answer.text();
    if (text !== board.dataset.shown) {
      board.innerHTML = board.dataset.shown = text;
      speak();
    }
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  } finally {
    asking = false;
    if (again) { again = false; fetchBoard(); }
  }
}

const stream = new EventSource(board.dataset.live);
stream.addEventListener("message", fetchBoard);
stream.addEventListener("open", fetchBoard);
stream.addEventListener("error", () => { if (stream.readyState !== EventSource.OPEN) fetchBoard(); });
setInterval(fetchBoard, SLOWLY);
