// Package hosttest holds tests about the applications that pocketchat lives in:
// a second module that is built and run as a process, PocketBase's imports,
// backups and migrations, proxies, and several applications in one process.
package hosttest
