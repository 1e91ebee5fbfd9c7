def main(args)
  system(args["command"])
  {}
end
