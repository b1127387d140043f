// A certificate's file is not sent: its hash is computed here, and the register is asked about that.
const form = document.getElementById("by-file");
const file = document.getElementById("file");
form.hidden = false;
file.addEventListener("change", async () => {
  if (!file.files.length) return;
  const digest = await crypto.subtle.digest("SHA-256", await file.files[0].arrayBuffer());
  const hex = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0"));
  document.getElementById("sha256").value = hex.join("");
  form.requestSubmit();
});
