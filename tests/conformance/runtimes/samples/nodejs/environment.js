const loaded = { ...process.env };
function main({ names }) {
  const seen = (from) => names.map((name) => from[name] ?? null);
  return { loaded: seen(loaded), run: seen(process.env) };
}
