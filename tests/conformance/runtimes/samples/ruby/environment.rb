LOADED = ENV.to_h
def main(args)
  names = args["names"]
  { loaded: names.map { |name| LOADED[name] }, run: names.map { |name| ENV[name] } }
end
