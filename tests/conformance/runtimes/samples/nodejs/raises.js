console.log("before");
throw new Error("no database");
