// What the frame that draws pictures may do (root/frame.html): run what it is given, and reach
// nobody. The program sends this with /frame.html (src/server/page.cpp says the same).
export const framePolicy =
  "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; " +
  "style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data: blob:; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";
