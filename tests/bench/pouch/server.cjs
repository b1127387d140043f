// The other side of PouchDB's replication: node server.cjs FOLDER; prints its port.
const express = require('express');
const PouchDB = require('pouchdb-node');

const folder = `${process.argv[2]}/`;
const Stored = PouchDB.defaults({ prefix: folder });
const app = express();
app.use('/', require('express-pouchdb')(Stored, {
  mode: 'minimumForPouchDB', logPath: `${folder}log.txt`, inMemoryConfig: true,
}));
const server = app.listen(0, '127.0.0.1', () => console.log(server.address().port));
