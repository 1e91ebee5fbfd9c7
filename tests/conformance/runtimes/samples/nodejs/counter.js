let n = 0;
function main() {
  n += 1;
  return { n };
}
