//! Greet somebody.
//!
//!     wsk action create hello-rs hello.rs
//!     wsk action invoke hello-rs --result --param name Ada

use serde_json::{json, Error, Value};

pub fn main(args: Value) -> Result<Value, Error> {
    let name = args["name"].as_str().unwrap_or("stranger");
    println!("greeting {name}");
    Ok(json!({ "greeting": format!("Hello, {name}!") }))
}
