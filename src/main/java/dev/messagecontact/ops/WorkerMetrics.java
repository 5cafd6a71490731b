package dev.messagecontact.ops;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.metrics.micrometer.MicrometerMetricsTrackerFactory;
import dev.messagecontact.authorization.Denial;
import dev.messagecontact.authorization.token.Authorization;
import dev.messagecontact.authorization.token.AuthorizationFile;
import dev.messagecontact.command.Origin;
import dev.messagecontact.durability.TopicWatch;
import dev.messagecontact.fault.FaultCause;
import dev.messagecontact.intake.partition.PartitionStatus;
import dev.messagecontact.outcome.Answer;
import dev.messagecontact.registration.Stage;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.OpenTelemetry;
import io.prometheus.metrics.core.metrics.Info;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of one worker; {@code ops/metrics.md} says what each means. All series that there will ever be are there
 * from the start, but for those of a lane's partitions, which come and go with them, and those of garbage collections,
 * which come with the first collection of their cause.
 *
 * <p>Any thread may call it.
 */
public final class WorkerMetrics implements AutoCloseable {

    private static final Duration[] STAGE_BUCKETS =
            millis(1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000);

    private final String version;
    private final OpenTelemetry telemetry;
    private final Clock clock;
    private final PrometheusMeterRegistry registry;
    private final JvmMetrics jvm;
    private final RecentRejections rejections = new RecentRejections();
    private final List<LaneMetrics> lanes = new CopyOnWriteArrayList<>();
    private final AnswerMetrics answers;
    private final LaneGauges together;
    private final Counter[] faults = new Counter[FaultCause.values().length];
    private final @Nullable Timer[] stages = new Timer[Stage.values().length];
    private final Counter[] denials = new Counter[Denial.values().length];
    private final Counter producersRecreated;
    private final Counter consumersRecreated;

    /** @param version of this worker */
    public WorkerMetrics(String version) {
        this(version, Clock.SYSTEM, GlobalOpenTelemetry.getOrNoop());
    }

    /**
     * Numbers by a clock of one's own.
     *
     * @param clock by which ages and times are taken
     * @param telemetry gets the spans
     */
    WorkerMetrics(String version, Clock clock, OpenTelemetry telemetry) {
        this.version = version;
        this.telemetry = telemetry;
        this.clock = clock;
        this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT, new PrometheusRegistry(), clock);
        registry.throwExceptionOnRegistrationFailure();
        answers = new AnswerMetrics(registry, clock);
        registerTimes();
        registerDenials();
        producersRecreated = counter(
                "contacts_producers_recreated_total", "Producers that replaced another after a fault", Tags.empty());
        consumersRecreated = counter(
                "contacts_consumers_recreated_total", "Consumers that replaced another after a fault", Tags.empty());
        together = new LaneGauges(registry, this::lanes, clock);
        registry.getPrometheusRegistry().register(new PartitionSeries(this));
        registerBuild();
        jvm = new JvmMetrics(registry);
    }

    /** Starts the metrics of a lane; numbers begin at 0, and each belongs to one lane. */
    public LaneMetrics lane(int number) {
        LaneMetrics lane = new LaneMetrics(this, number, clock);
        Tags tags = Tags.of("lane", Integer.toString(number));
        gauge(
                "contacts_poll_age_seconds",
                "Time since the lane last went to poll",
                tags,
                () -> seconds(sincePoll(lane)));
        gauge(
                "contacts_batch_limit",
                "Commands that a batch of the lane may have now: fewer than the setting after a batch failed as a whole",
                tags,
                () -> lane.status().batchLimit());
        lane.clients().register(registry, tags);
        lanes.add(lane);
        return lane;
    }

    /** Publishes the worker's name as OpenTelemetry does. Call it once. */
    public void name(String instance) {
        Info.builder()
                .name("target_info")
                .help("Which worker this is")
                .labelNames("service_name", "service_instance_id", "service_version")
                .register(registry.getPrometheusRegistry())
                .addLabelValues("message-contact-worker", instance, version);
    }

    /** Registers the pool's own metrics, once. */
    public void watch(HikariDataSource pool) {
        pool.setMetricsTrackerFactory(new MicrometerMetricsTrackerFactory(registry));
    }

    /** Starts the metrics of the files of keys and policy. Call it once. */
    public void watch(Authorization authorization) {
        for (AuthorizationFile file : AuthorizationFile.values()) {
            gauge(
                    "contacts_authorization_file_refused",
                    "1 while a file of keys or the policy cannot be used, and its last good content still holds",
                    Tags.of("file", file.label()),
                    () -> authorization.isRefused(file) ? 1 : 0);
        }
    }

    /** Starts telling how long the command topic keeps commands; once. */
    public void watch(TopicWatch topics) {
        gauge(
                "contacts_command_retention_seconds",
                "How long the command topic keeps commands",
                Tags.empty(),
                topics::retention);
    }

    /** Starts telling when the certificates of the Kafka clients end, in seconds since 1970; once. */
    public void watchCertificate(String use, DoubleSupplier end) {
        gauge(
                "contacts_client_certificate_expiry_timestamp_seconds",
                "When the first certificate that the worker shows to the servers of this use is no longer valid",
                Tags.of("use", use),
                end::getAsDouble);
    }

    /** How each lane is doing. */
    public List<LaneStatus> lanes() {
        return lanes.stream().map(LaneMetrics::status).toList();
    }

    /** How the worker stands at this moment, for a page. */
    public WorkerState state(Health health) {
        long now = clock.monotonicTime();
        return new WorkerState(
                version,
                health.ready(),
                sample(),
                answers.events(),
                together.oldestCommandAge(),
                lanes().stream().map(lane -> WorkerState.Lane.of(lane, now)).toList(),
                rejections.list());
    }

    /** What a page shows over time, at this moment. */
    public WorkerState.Sample sample() {
        long lag = lanes().stream()
                .flatMap(lane -> lane.partitions().values().stream())
                .map(PartitionStatus::lag)
                .filter(Objects::nonNull)
                .mapToLong(Long::longValue)
                .sum();
        return new WorkerState.Sample(clock.wallTime(), answers.commands(), answers.latencies(), stageTimes(), lag);
    }

    /** The latest rejections, newest first. */
    public List<WorkerState.Rejection> rejections() {
        return rejections.list();
    }

    /** The registry, for metrics of parts that this package does not know. */
    public PrometheusMeterRegistry registry() {
        return registry;
    }

    /**
     * Writes all numbers.
     *
     * @param contentType of Prometheus' text format or of OpenMetrics
     */
    public void scrape(OutputStream out, String contentType) throws IOException {
        registry.scrape(out, contentType);
    }

    /** Stops listening to the JVM; what was counted can still be read. */
    @Override
    public void close() {
        jvm.close();
    }

    Clock clock() {
        return clock;
    }

    OpenTelemetry telemetry() {
        return telemetry;
    }

    void took(Stage stage, long nanos) {
        Timer timer = stages[stage.ordinal()];
        if (timer != null) {
            timer.record(nanos, TimeUnit.NANOSECONDS);
        }
    }

    void denied(Denial reason) {
        denials[reason.ordinal()].increment();
    }

    /** How many partitions the topic of each origin has; nothing is said of those that are not known. */
    void partitionCounts(Map<Origin, Integer> counts) {
        answers.partitionCounts(counts);
    }

    void consumerRecreated() {
        consumersRecreated.increment();
    }

    void producerRecreated() {
        producersRecreated.increment();
    }

    void failed(FaultCause cause) {
        faults[cause.ordinal()].increment();
    }

    /** @param sent how many events of each kind went with the answers */
    void published(List<Answer> published, long[] sent) {
        answers.published(published, sent);
        rejections.note(published);
    }

    private Map<String, WorkerState.Time> stageTimes() {
        Map<String, WorkerState.Time> times = new LinkedHashMap<>();
        for (Stage stage : Stage.values()) {
            Timer timer = stages[stage.ordinal()];
            if (timer != null) {
                times.put(stage.label(), new WorkerState.Time(timer.count(), timer.totalTime(TimeUnit.SECONDS)));
            }
        }
        return times;
    }

    /** Micrometer has no such type, and its gauges lose the name's end. */
    private void registerBuild() {
        Info.builder()
                .name("contacts_build_info")
                .help("What runs here")
                .labelNames("version", "java")
                .register(registry.getPrometheusRegistry())
                .addLabelValues(version, System.getProperty("java.version", "unknown"));
    }

    private void registerDenials() {
        for (Denial reason : Denial.values()) {
            denials[reason.ordinal()] = counter(
                    "contacts_permission_denials_total",
                    "Commands without a permission",
                    Tags.of("reason", reason.label()));
        }
    }

    private void registerTimes() {
        for (Stage stage : EnumSet.complementOf(EnumSet.of(Stage.ASK))) {
            stages[stage.ordinal()] = Timer.builder("contacts_stage_seconds")
                    .description("Time that a batch spends in a stage")
                    .tags("stage", stage.label())
                    .serviceLevelObjectives(STAGE_BUCKETS)
                    .register(registry);
        }
        for (FaultCause cause : FaultCause.values()) {
            Tags tags = Tags.of("cause", cause.label());
            faults[cause.ordinal()] = counter("contacts_faults_total", "Attempts at a batch that failed", tags);
            FunctionCounter.builder(
                            "contacts_paused_seconds_total",
                            this,
                            self -> self.together.sum(lane -> seconds(lane.pausedNanos(cause, clock.monotonicTime()))))
                    .description("Time that lanes spent without intake after a fault")
                    .tags(tags)
                    .register(registry);
        }
    }

    private Duration sincePoll(LaneMetrics lane) {
        return lane.status().sincePoll(clock.monotonicTime());
    }

    private Counter counter(String name, String description, Tags tags) {
        return Counter.builder(name).description(description).tags(tags).register(registry);
    }

    private void gauge(String name, String description, Tags tags, Supplier<Number> value) {
        Gauge.builder(name, value).description(description).tags(tags).register(registry);
    }

    private static double seconds(Duration duration) {
        return seconds(duration.toNanos());
    }

    private static double seconds(long nanos) {
        return nanos / 1e9;
    }

    static Duration[] millis(long... millis) {
        return Arrays.stream(millis).mapToObj(Duration::ofMillis).toArray(Duration[]::new);
    }
}
