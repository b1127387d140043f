// The code stands after the address's #, so that no server, proxy or log ever sees it there.
const code = location.hash.slice(1);
if (code) {
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("code").value = code;
  document.getElementById("enter").requestSubmit();
}
