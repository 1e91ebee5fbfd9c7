const fs = require("fs");
const { greet } = require("polite");
exports.main = () => ({ text: greet(fs.readFileSync("data/name.txt", "utf8")) });
