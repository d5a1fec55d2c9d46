/**
 * Measures the engine, beside independent implementations where there are some; used by make bench.
 */
package huafang.engine.bench;
