package huafang.engine.checkpoint;

import java.util.List;

/** How a file's tensors are called in the original layout. */
@FunctionalInterface
interface Naming {
    /** The tensor under its original names: one for most, three for those that fuse three. */
    List<TensorInfo> original(TensorInfo tensor);
}
