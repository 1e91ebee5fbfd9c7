function main() {
  process.stdout.write("no newline");
  return {};
}
