const hello = () => ({ called: "hello" });
