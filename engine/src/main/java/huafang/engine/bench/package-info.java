/** Measures the networks beside an independent implementation; used by make bench. */
package huafang.engine.bench;
