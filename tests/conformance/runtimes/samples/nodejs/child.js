const { execSync } = require("child_process");
function main({ command }) {
  execSync(command, { stdio: "inherit" });
  return {};
}
