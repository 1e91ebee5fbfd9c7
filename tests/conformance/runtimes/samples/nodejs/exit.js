function main() {
  console.log("bye");
  process.exit(3);
}
