/**
 * Builds ONNX models by calling functions on typed values: every value knows its shape the moment
 * it is made, so a mistake fails at the line that made it, and a model is what its outputs lead
 * back to. Weights stay where they lie.
 */
package huafang.engine.graph;
