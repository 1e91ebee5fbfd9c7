def hello(args) = { called: "hello" }
