// Runs one Go action and speaks the frames of PROTOCOL.md with the platform.
//
// Compiled together with the action's own files and one generated line that sets whiskAction.
// The process begins where init has succeeded: whoever started it has set the environment.
//
// Source: contracts rest-api §8.1, §8.2, §8.5; apache/openwhisk-runtime-go for what an action sees.

package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"strconv"
	"strings"
	"syscall"
)

const (
	whiskFrameLimit     = 64 << 20
	whiskSecondInit     = "Cannot initialize the action more than once."
	whiskNotADictionary = "The action did not return a dictionary or array."
)

var errWhiskSignature = errors.New("the action's function has a signature that cannot be called" +
	": use func Main(map[string]interface{}) map[string]interface{}")

func main() {
	number, err := strconv.Atoi(os.Getenv("__OW_CHANNEL"))
	if err != nil {
		number = 3
	}
	os.Unsetenv("__OW_CHANNEL")
	// What the action starts must not be able to forge an answer.
	syscall.CloseOnExec(number)
	channel := os.NewFile(uintptr(number), "channel")
	whiskAnswer(channel, 200, []byte(`{"ok":true}`))
	reader := bufio.NewReaderSize(channel, 64<<10)
	header := make([]byte, 5)
	for {
		if _, err := io.ReadFull(reader, header); err != nil {
			os.Exit(0)
		}
		length := binary.BigEndian.Uint32(header[1:])
		if length > whiskFrameLimit {
			os.Exit(1)
		}
		payload := make([]byte, length)
		if _, err := io.ReadFull(reader, payload); err != nil {
			os.Exit(0)
		}
		switch header[0] {
		case 'R':
			status, body := whiskRun(payload)
			whiskAnswer(channel, status, body)
		case 'I':
			whiskAnswer(channel, 403, whiskError(whiskSecondInit))
		default:
			os.Exit(1)
		}
	}
}

func whiskAnswer(channel *os.File, status int, body []byte) {
	if len(body) > whiskFrameLimit-3 {
		status, body = 200, whiskError(fmt.Sprintf("The action produced a response that exceeded the"+
			" allowed length: %d > %d bytes.", len(body), whiskFrameLimit-3))
	}
	frame := make([]byte, 0, 8+len(body))
	frame = append(frame, 'A')
	frame = binary.BigEndian.AppendUint32(frame, uint32(3+len(body)))
	frame = strconv.AppendInt(frame, int64(status), 10)
	frame = append(frame, body...)
	if _, err := channel.Write(frame); err != nil {
		os.Exit(0)
	}
}

func whiskError(text string) []byte {
	body, _ := json.Marshal(map[string]string{"error": text})
	return body
}

func whiskRun(payload []byte) (status int, body []byte) {
	defer func() {
		if reason := recover(); reason != nil {
			fmt.Fprintf(os.Stderr, "panic: %v\n\n%s", reason, debug.Stack())
			status, body = 200, whiskError(fmt.Sprint(reason))
		}
	}()
	var request map[string]interface{}
	if err := json.Unmarshal(payload, &request); err != nil {
		text := "The arguments cannot be read in Go: " + err.Error()
		fmt.Fprintln(os.Stderr, text)
		return 200, whiskError(text)
	}
	for name, value := range request {
		if text, ok := value.(string); ok && name != "value" {
			os.Setenv("__OW_"+strings.ToUpper(name), text)
		}
	}
	result, err := whiskCall(request["value"])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 200, whiskError(err.Error())
	}
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(result); err != nil {
		fmt.Fprintln(os.Stderr, "The action's result is not JSON:", err)
		return 502, whiskError(whiskNotADictionary)
	}
	body = bytes.TrimSuffix(buffer.Bytes(), []byte("\n"))
	if len(body) == 0 || body[0] != '{' && body[0] != '[' {
		fmt.Fprintf(os.Stderr, "The action returned %T, not a dictionary.\n", result)
		return 502, whiskError(whiskNotADictionary)
	}
	return 200, body
}

func whiskCall(value interface{}) (interface{}, error) {
	if value == nil {
		value = map[string]interface{}{}
	}
	object, _ := value.(map[string]interface{})
	array, _ := value.([]interface{})
	isObject := object != nil
	switch call := interface{}(whiskAction).(type) {
	case func(map[string]interface{}) map[string]interface{}:
		if isObject {
			return whiskObject(call(object)), nil
		}
	case func(map[string]interface{}) (map[string]interface{}, error):
		if isObject {
			result, err := call(object)
			return whiskObject(result), err
		}
	case func(context.Context, map[string]interface{}) map[string]interface{}:
		if isObject {
			return whiskObject(call(context.Background(), object)), nil
		}
	case func(context.Context, map[string]interface{}) (map[string]interface{}, error):
		if isObject {
			result, err := call(context.Background(), object)
			return whiskObject(result), err
		}
	case func(map[string]interface{}) interface{}:
		if isObject {
			return call(object), nil
		}
	case func([]interface{}) []interface{}:
		if array != nil {
			return call(array), nil
		}
		return nil, errors.New("the action takes an array, but its arguments are an object")
	case func(interface{}) interface{}:
		return call(value), nil
	case func(interface{}) (interface{}, error):
		return call(value)
	case func() map[string]interface{}:
		return whiskObject(call()), nil
	default:
		return nil, errWhiskSignature
	}
	return nil, errors.New("the action takes an object, but its arguments are an array")
}

func whiskObject(result map[string]interface{}) interface{} {
	if result == nil {
		return nil
	}
	return result
}
