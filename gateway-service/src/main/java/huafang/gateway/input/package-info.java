/**
 * The pictures that jobs begin with: read here, once, and passed on to the workers by the topic
 * input-images.
 */
package huafang.gateway.input;
