package huafang.worker;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** What this worker runs on. */
final class Machine {
    private Machine() {}

    /** Bytes of memory; in a container, what it is allowed. */
    static long memory() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                .getTotalMemorySize();
    }
}
