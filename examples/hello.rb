# Greet somebody.
#
#     wsk action create hello-rb hello.rb
#     wsk action invoke hello-rb --result --param name Ada
def main(args)
  name = args.fetch("name", "stranger")
  puts "greeting #{name}"
  { greeting: "Hello, #{name}!" }
end
