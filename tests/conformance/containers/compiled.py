"""The same actions in each compiled language: one source a case."""

from dataclasses import dataclass

REMEDIES = {
    "go": "apt-get install golang-go",
    "rust": "apt-get install rustc cargo gcc, and the crates as tests/setup.sh fetches them",
    "java": "apt-get install default-jdk-headless libgoogle-gson-java",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Samples:
    """What each language's action looks like."""

    main: str
    hello: str
    """Logs to both streams; greets ``name``; tells ``__OW_ACTIVATION_ID`` and ``PLANTED``."""
    echo: str
    """Returns its arguments."""
    failing: str
    """Fails with the text ``on purpose`` when it is told to, and returns its arguments else."""
    exiting: str
    """Ends its process."""
    number: str
    """Returns something that is no dictionary."""
    broken: str
    """Does not compile."""
    complaint: str
    """A piece of what the compiler says about that."""


GO_HEAD = "package main\n\n"
GO = Samples(
    main="main",
    hello=GO_HEAD
    + """
import (
	"fmt"
	"os"
)

func Main(args map[string]interface{}) map[string]interface{} {
	fmt.Println("to stdout")
	fmt.Fprintln(os.Stderr, "to stderr")
	return map[string]interface{}{
		"greeting":   fmt.Sprintf("Hello, %v!", args["name"]),
		"activation": os.Getenv("__OW_ACTIVATION_ID"),
		"planted":    os.Getenv("PLANTED"),
	}
}
""",
    echo=GO_HEAD + "func Main(args interface{}) interface{} { return args }\n",
    failing=GO_HEAD
    + """
func Main(args map[string]interface{}) map[string]interface{} {
	if args["fail"] == true {
		panic("on purpose")
	}
	return args
}
""",
    exiting=GO_HEAD
    + 'import "os"\n\nfunc Main(args map[string]interface{}) map[string]interface{} {\n'
    "	os.Exit(3)\n	return args\n}\n",
    number=GO_HEAD + "func Main(args interface{}) interface{} { return 7 }\n",
    broken=GO_HEAD + "func Main(args interface{}) interface{} { return nowhere }\n",
    complaint="undefined: nowhere",
)
RUST_HEAD = "use serde_json::{Error, Value};\n\n"
RUST = Samples(
    main="main",
    hello="""
use serde_derive::{Deserialize, Serialize};
use serde_json::{Error, Value};

#[derive(Deserialize)]
struct Input {
    name: String,
}

#[derive(Serialize)]
struct Output {
    greeting: String,
    activation: String,
    planted: String,
}

fn variable(name: &str) -> String {
    std::env::var(name).unwrap_or_default()
}

pub fn main(args: Value) -> Result<Value, Error> {
    println!("to stdout");
    eprintln!("to stderr");
    let input: Input = serde_json::from_value(args)?;
    serde_json::to_value(Output {
        greeting: format!("Hello, {}!", input.name),
        activation: variable("__OW_ACTIVATION_ID"),
        planted: variable("PLANTED"),
    })
}
""",
    echo=RUST_HEAD + "pub fn main(args: Value) -> Result<Value, Error> { Ok(args) }\n",
    failing=RUST_HEAD
    + """
pub fn main(args: Value) -> Result<Value, Error> {
    if args["fail"] == true {
        panic!("on purpose");
    }
    Ok(args)
}
""",
    exiting=RUST_HEAD + "pub fn main(_: Value) -> Result<Value, Error> { std::process::exit(3) }\n",
    number=RUST_HEAD + "pub fn main(_: Value) -> Result<Value, Error> { Ok(7.into()) }\n",
    broken=RUST_HEAD + "pub fn main(_: Value) -> Result<Value, Error> { Ok(nowhere) }\n",
    complaint="cannot find value `nowhere`",
)
JAVA_HEAD = "import com.google.gson.*;\n\npublic class Action {\n"
JAVA_MAIN = "    public static JsonObject main(JsonObject args) {\n"
JAVA = Samples(
    main="Action",
    hello=JAVA_HEAD
    + JAVA_MAIN
    + """
        System.out.println("to stdout");
        System.err.println("to stderr");
        JsonObject result = new JsonObject();
        result.addProperty("greeting", "Hello, " + args.get("name").getAsString() + "!");
        result.addProperty("activation", System.getenv("__OW_ACTIVATION_ID"));
        result.addProperty("planted", System.getenv("PLANTED"));
        return result;
    }
}
""",
    echo=JAVA_HEAD + "    public static JsonElement main(JsonElement args) { return args; }\n}\n",
    failing=JAVA_HEAD
    + JAVA_MAIN
    + """
        if (args.has("fail")) {
            throw new IllegalStateException("on purpose");
        }
        return args;
    }
}
""",
    exiting=JAVA_HEAD + JAVA_MAIN + "        System.exit(3);\n        return args;\n    }\n}\n",
    number=JAVA_HEAD + "    public static Integer main(JsonObject args) { return 7; }\n}\n",
    broken=JAVA_HEAD + JAVA_MAIN + "        return nowhere;\n    }\n}\n",
    complaint="cannot find symbol",
)

SAMPLES = {"go": GO, "rust": RUST, "java": JAVA}
