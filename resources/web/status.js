// A slip's QR code brings the check code after the #: it is typed in here, and asked once.
const code = location.hash.slice(1);
if (code) {
  history.replaceState(null, "", location.pathname + location.search);
  document.getElementById("code").value = code;
  if (document.getElementById("no").value) document.getElementById("status").requestSubmit();
}
