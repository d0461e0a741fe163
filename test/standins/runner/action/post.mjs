if (process.env.STATE_left) console.log(`post found ${process.env.STATE_left}`);
