//! Runs one Rust action and speaks the frames of PROTOCOL.md with the platform.
//!
//! Linked with the action's own crate, `actions`; the line that names its function is put in place
//! of `ENTRY`. The process begins where init has succeeded: whoever started it has set the
//! environment.
//!
//! Source: contracts rest-api §8.1, §8.2, §8.5; apache/openwhisk-runtime-rust for what an action
//! sees.

use serde_json::{json, Value};
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::FromRawFd;
use std::panic::{catch_unwind, AssertUnwindSafe};

const FRAME_LIMIT: usize = 64 << 20;
const SECOND_INIT: &str = "Cannot initialize the action more than once.";
const NOT_A_DICTIONARY: &str = "The action did not return a dictionary or array.";

trait Outcome {
    fn outcome(self) -> Result<Value, String>;
}

impl Outcome for Value {
    fn outcome(self) -> Result<Value, String> {
        Ok(self)
    }
}

impl<T: serde::Serialize, E: std::fmt::Display> Outcome for Result<T, E> {
    fn outcome(self) -> Result<Value, String> {
        match self {
            Ok(value) => serde_json::to_value(value).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        }
    }
}

fn call<A, R, F>(function: F, arguments: Value) -> Result<Value, String>
where
    A: serde::de::DeserializeOwned,
    R: Outcome,
    F: Fn(A) -> R,
{
    match serde_json::from_value(arguments) {
        Ok(typed) => function(typed).outcome(),
        Err(error) => Err(format!("The arguments do not fit the action: {error}")),
    }
}

fn failure(text: &str) -> Vec<u8> {
    json!({ "error": text }).to_string().into_bytes()
}

fn run(payload: &[u8]) -> (u16, Vec<u8>) {
    let mut request: serde_json::Map<String, Value> = match serde_json::from_slice(payload) {
        Ok(request) => request,
        Err(error) => {
            let text = format!("The arguments cannot be read in Rust: {error}");
            eprintln!("{text}");
            return (200, failure(&text));
        }
    };
    let arguments = match request.remove("value") {
        None | Some(Value::Null) => json!({}),
        Some(value) => value,
    };
    for (name, value) in &request {
        if let Value::String(text) = value {
            if !text.contains('\0') {
                std::env::set_var(format!("__OW_{}", name.to_uppercase()), text);
            }
        }
    }
    match catch_unwind(AssertUnwindSafe(|| call(ENTRY, arguments))) {
        Ok(Ok(result)) if result.is_object() || result.is_array() => {
            (200, result.to_string().into_bytes())
        }
        Ok(Ok(result)) => {
            eprintln!("The action returned {result}, not a dictionary.");
            (502, failure(NOT_A_DICTIONARY))
        }
        Ok(Err(text)) => {
            eprintln!("{text}");
            (200, failure(&text))
        }
        Err(reason) => {
            let text = reason
                .downcast_ref::<&str>()
                .map(|text| text.to_string())
                .or_else(|| reason.downcast_ref::<String>().cloned())
                .unwrap_or_else(|| "the action panicked".to_string());
            (200, failure(&text))
        }
    }
}

fn answer(channel: &mut File, mut status: u16, mut body: Vec<u8>) {
    if body.len() > FRAME_LIMIT - 3 {
        status = 200;
        body = failure(&format!(
            "The action produced a response that exceeded the allowed length: {} > {} bytes.",
            body.len(),
            FRAME_LIMIT - 3
        ));
    }
    let _ = std::io::stdout().flush();
    let mut frame = Vec::with_capacity(8 + body.len());
    frame.push(b'A');
    frame.extend_from_slice(&((3 + body.len()) as u32).to_be_bytes());
    frame.extend_from_slice(status.to_string().as_bytes());
    frame.append(&mut body);
    if channel.write_all(&frame).is_err() {
        std::process::exit(0);
    }
}

fn main() {
    let number = std::env::var("__OW_CHANNEL")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(3);
    std::env::remove_var("__OW_CHANNEL");
    // A copy is close-on-exec: what the action starts must not be able to forge an answer.
    let mut channel = {
        let inherited = unsafe { File::from_raw_fd(number) };
        match inherited.try_clone() {
            Ok(copy) => copy,
            Err(_) => std::process::exit(1),
        }
    };
    answer(&mut channel, 200, b"{\"ok\":true}".to_vec());
    let mut header = [0u8; 5];
    loop {
        if channel.read_exact(&mut header).is_err() {
            std::process::exit(0);
        }
        let length = u32::from_be_bytes([header[1], header[2], header[3], header[4]]) as usize;
        if length > FRAME_LIMIT {
            std::process::exit(1);
        }
        let mut payload = vec![0u8; length];
        if channel.read_exact(&mut payload).is_err() {
            std::process::exit(0);
        }
        match header[0] {
            b'R' => {
                let (status, body) = run(&payload);
                answer(&mut channel, status, body);
            }
            b'I' => answer(&mut channel, 403, failure(SECOND_INIT)),
            _ => std::process::exit(1),
        }
    }
}
