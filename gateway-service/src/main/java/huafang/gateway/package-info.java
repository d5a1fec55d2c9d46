/**
 * The public side of Huafang: takes requests in two dialects, puts their images on the queue,
 * follows what happens to them, and hands out the pictures.
 */
package huafang.gateway;
