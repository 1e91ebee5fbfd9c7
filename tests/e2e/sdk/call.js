// Calls the published JavaScript client as told on stdin, one call after the other.
//
// In:  {"client": <options>, "calls": [["actions", "create", <options>], …]}
// Out: one JSON object per call on a line: {"value": …} or {"error": {name, message, …}}.
// An object {"$base64": "…"} stands for a Buffer, as files are given to the client.

'use strict'

const fs = require('fs')
const openwhisk = require(process.argv[2])

function revived (key, value) {
  return value && typeof value === 'object' && '$base64' in value
    ? Buffer.from(value.$base64, 'base64')
    : value
}

async function outcome (client, [resource, verb, options]) {
  try {
    return { value: await client[resource][verb](options) }
  } catch (error) {
    return {
      error: {
        name: error.name,
        message: error.message,
        statusCode: error.statusCode,
        error: error.error
      }
    }
  }
}

async function main () {
  const told = JSON.parse(fs.readFileSync(0, 'utf8'), revived)
  const client = openwhisk(told.client)
  for (const call of told.calls) {
    process.stdout.write(JSON.stringify(await outcome(client, call)) + '\n')
  }
}

main()
