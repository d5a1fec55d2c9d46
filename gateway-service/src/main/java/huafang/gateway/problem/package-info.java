/**
 * What is said when a request is not answered with what it asked for. Everything else throws; only
 * this package knows how each API writes its errors.
 */
package huafang.gateway.problem;
