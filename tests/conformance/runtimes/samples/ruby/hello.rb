def main(args)
  { greeting: "Hello, #{args.fetch("name", "stranger")}!" }
end
