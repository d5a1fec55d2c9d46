/** Arrays of floats with a shape: what goes into a network and what comes out of it. */
package huafang.engine.tensor;
