package huafang.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** What processes need of the processor, as Linux counts it. */
final class ProcessorTime {
    /** USER_HZ, which is the same on every machine. */
    private static final double TICKS_PER_SECOND = 100;

    private ProcessorTime() {}

    /** The part of one core that each of them needs throughout this time. */
    static List<Double> parts(List<Member> members, Duration time)
            throws IOException, InterruptedException {
        List<Double> before = seconds(members);
        long start = System.nanoTime();
        Thread.sleep(time);
        List<Double> after = seconds(members);
        double seconds = (System.nanoTime() - start) / 1e9;
        List<Double> parts = new ArrayList<>();
        for (int i = 0; i < members.size(); i++) {
            parts.add((after.get(i) - before.get(i)) / seconds);
        }
        return parts;
    }

    private static List<Double> seconds(List<Member> members) throws IOException {
        List<Double> seconds = new ArrayList<>();
        for (Member member : members) {
            String line = Files.readString(Path.of("/proc/" + member.process().pid() + "/stat"));
            // After the program's name, which may hold anything: state is 0, utime 11, stime 12.
            String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
            seconds.add(
                    (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND);
        }
        return seconds;
    }
}
