/**
 * Greet somebody.
 *
 *     wsk action create hello-js hello.js
 *     wsk action invoke hello-js --result --param name Ada
 *
 * An action may also be `async`, or return a promise: the platform waits for it.
 */
function main({ name = "stranger" }) {
  console.log(`greeting ${name}`);
  return { greeting: `Hello, ${name}!` };
}
