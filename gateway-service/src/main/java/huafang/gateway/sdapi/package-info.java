/**
 * The dialect of AUTOMATIC1111 v1.10: its requests become the same jobs as everybody's, and its
 * answers are written from them.
 */
package huafang.gateway.sdapi;
