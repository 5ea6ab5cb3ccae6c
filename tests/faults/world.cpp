#include "tests/faults/world.h"

#include <SQLiteCpp/Exception.h>

#include <future>
#include <nlohmann/json.hpp>
#include <optional>
#include <stdexcept>
#include <utility>

#include "app/agent/pipeline.h"
#include "app/agent/store_lane.h"
#include "app/upload/run.h"
#include "base/log.h"
#include "collector/database.h"
#include "collector/routes.h"
#include "monitor/store/consent_store.h"
#include "tests/support/fake_transport.h"

namespace dwell::tests {
namespace {

const std::string kOrigin = "https://research.example";
const std::string kMachine = monitor::machineHash("machine");
/// Both clocks, at the latest, before the script begins.
constexpr WallTime kConsent = kScriptWall - std::chrono::hours(1);

template <class Value>
Value valueOf(Expected<Value> made) {
  if (!made) throw std::runtime_error(made.error().message());
  return std::move(*made);
}

/// The collector without sockets.
class Server {
 public:
  explicit Server(const std::filesystem::path& folder)
      : writer_(valueOf(collector::openCollectorDatabase(folder)), limits_.queuedWrites),
        enrolment_(valueOf(collector::openCollectorDatabaseForReading(folder)), writer_),
        spool_(valueOf(collector::openCollectorDatabaseForReading(folder)), writer_),
        ingest_(spool_, writer_, limits_, [this] { return now; }),
        erasure_(writer_),
        routes_(enrolment_, ingest_, erasure_, writer_, [this] { return now; }) {}

  /// What a handler throws is a 503, as http.cpp has it.
  collector::Response answer(collector::Request request, std::string body) {
    try {
      request.contentLength = body.size();
      auto admission = routes_.admit(request);
      if (auto* response = std::get_if<collector::Response>(&admission)) return std::move(*response);
      auto promise = std::make_shared<std::promise<collector::Response>>();
      auto answered = promise->get_future();
      std::get<collector::Work>(admission)(
          std::move(body), [promise](collector::Response given) { promise->set_value(std::move(given)); });
      return answered.get();
    } catch (const SQLite::Exception&) {
      return {503, {}, ""};
    }
  }

  WallTime now = kScriptWall;

 private:
  collector::Limits limits_;
  collector::Writer writer_;
  collector::Enrolment enrolment_;
  collector::Spool spool_;
  collector::Ingest ingest_;
  collector::Erasure erasure_;
  collector::Routes routes_;
};

std::string methodOf(const uploader::HttpRequest& request) {
  switch (request.method) {
    case uploader::Method::kPost:
      return "POST";
    case uploader::Method::kGet:
      return "GET";
    case uploader::Method::kDelete:
      return "DELETE";
  }
  return {};
}

/// dwell-upload's way to it. What is acknowledged is in the ledger before dwell-upload knows.
class Wire : public uploader::Transport {
 public:
  Wire(Server& server, Ledger& ledger) : server_(server), ledger_(ledger) {}

  tl::expected<uploader::HttpAnswer, uploader::NoAnswer> exchange(
      const uploader::HttpRequest& request) override {
    const auto response = server_.answer({methodOf(request),
                                          request.url.substr(kOrigin.size()),
                                          "",
                                          {request.headers.begin(), request.headers.end()}},
                                         std::string(request.body));
    const bool stored = response.status == 200 || response.status == 201;
    if (stored && request.method == uploader::Method::kPost) {
      const auto receipt = nlohmann::json::parse(response.body);
      ledger_.acknowledged(receipt.at("id"), receipt.at("sha256"));
    }
    return uploader::HttpAnswer{response.status, response.body, {}, {}};
  }

 private:
  Server& server_;
  Ledger& ledger_;
};

/// The agent: its pipeline and its lane, and of agent.cpp the order of calls.
class Machine {
 public:
  Machine(const RunFolders& folders, Ledger& ledger, WallTime wallAtZero)
      : folders_(folders), ledger_(ledger), wallAtZero_(wallAtZero) {}

  void handle(const schemas::Event& event) { pipeline_->add({event}, event.time); }
  void setClock(WallTime wallAtZero) {
    wallAtZero_ = wallAtZero;
    pipeline_->setClock(wallAtZero_, UtcOffset(0));
  }
  bool flush(MonoTime now) { return write(pipeline_->batch(now, wallAt(now))); }
  bool finish(MonoTime now) { return write(pipeline_->finish(now, wallAt(now))); }
  /// Writes what a failed write has left.
  bool writeAgain(MonoTime now) {
    monitor::Batch nothing;
    nothing.time = wallAt(now);
    return write(std::move(nothing));
  }

  void begin(MonoTime now, const std::vector<schemas::EventBody>& present) {
    pipeline_.reset();
    if (lane_ == nullptr) {
      lane_ = std::make_unique<app::StoreLane>([](const app::StoreLane::Written&) {});
      Paths paths;
      paths.dataDir = folders_.machine;
      const auto opened = lane_->open(paths, {{}, UtcOffset(0), wallAt(now)});
      if (!opened) throw std::runtime_error(opened.error().message());
    }
    auto found = beginning();
    app::Pipeline::Setup setup;
    setup.settings.urlDetail = UrlDetail::kFull;
    setup.settings.pageGroups = {{"shop", {"https://shop.example/*"}}};
    setup.numbers = found.numbers;
    setup.leftOpen = std::move(found.leftOpen);
    setup.start = now;
    setup.wallAtZero = wallAtZero_;
    pipeline_ = std::make_unique<app::Pipeline>(std::move(setup));
    for (const schemas::EventBody& body : present) handle({now, body});
    noteUploads();
  }
  void noteUploads() { pipeline_->addUploads(lane_->newUploadAttempts()); }
  void end() {
    pipeline_.reset();
    lane_.reset();
  }

 private:
  /// The agent tries again with the next flush; here no time passes.
  app::StoreLane::Found beginning() {
    for (int tries = 0; tries < 1'000; ++tries) {
      try {
        return lane_->beginning();
      } catch (const SQLite::Exception&) {
      }
    }
    return lane_->beginning();
  }
  WallTime wallAt(MonoTime now) const { return wallAtZero_ + now.time_since_epoch(); }
  bool write(monitor::Batch batch) {
    ledger_.handed(batch);
    const bool written = lane_->writeNow(std::move(batch));
    if (written) ledger_.committed();
    return written;
  }

  const RunFolders& folders_;
  Ledger& ledger_;
  WallTime wallAtZero_;
  std::unique_ptr<app::StoreLane> lane_;
  std::unique_ptr<app::Pipeline> pipeline_;
};

/// False: it could not do its work, and would exit with 1.
bool upload(const RunFolders& folders, Wire& wire, WallTime now) {
  app::UploadRun run;
  run.paths.dataDir = folders.machine;
  run.machine = kMachine;
  run.clock = [now] { return now; };
  run.chance = [] { return 0.0; };
  try {
    const auto summary = app::runUpload(run, wire);
    return summary && summary->exit == app::UploadExit::kDone;
  } catch (const std::exception&) {
    return false;
  }
}

}  // namespace

void makeFolders(const RunFolders& folders) {
  std::filesystem::create_directories(folders.machine);
  std::string code;
  {
    auto database = valueOf(collector::openCollectorDatabase(folders.collector));
    code = valueOf(collector::createExperiment(database, "hoses", kConsent)).code;
  }
  Server server(folders.collector);
  const auto answer = server.answer({"POST", "/v1/enrol", "", {}}, R"({"code":")" + code + R"("})");
  const auto enrolled = nlohmann::json::parse(answer.body);
  auto consents = valueOf(monitor::ConsentStore::open(folders.machine));
  monitor::Consent consent;
  consent.textSha256 = std::string(64, 'a');
  consent.level = "full visits";
  consent.detail = "full";
  consent.words = "off";
  consent.collector = kOrigin;
  consent.time = kConsent;
  consents.accept(consent, kMachine);
  consents.enrol({kOrigin, enrolled.at("experiment").at("id"), "hoses", "{}", kConsent},
                 enrolled.at("token"));
}

void live(const RunFolders& folders, const std::vector<Step>& steps, std::atomic<std::size_t>& progress,
          const ClockSet& clock) {
  Ledger ledger(folders.ledger);
  ledger.begins();
  Server server(folders.collector);
  Wire wire(server, ledger);
  monitor::PresentState present;
  const auto isSet = [&](std::size_t step) { return step >= clock.at; };
  const auto machineZero = [&](std::size_t step) {
    return kScriptWall + (isSet(step) ? clock.machine : Millis(0));
  };
  const auto wallAt = [&](std::size_t step) {
    return machineZero(step) + steps[step].time.time_since_epoch();
  };

  const std::size_t first = progress.load();
  for (std::size_t i = 0; i < first; ++i) {
    if (steps[i].kind == Step::Kind::kEvent) present.handle(steps[i].event);
  }
  const MonoTime begin = first < steps.size() ? steps[first].time : steps.back().time;
  Machine machine(folders, ledger, machineZero(first));
  machine.begin(begin, present.events());
  for (std::size_t i = first; i < steps.size(); ++i) {
    progress = i;
    const Step& step = steps[i];
    server.now = kScriptWall + step.time.time_since_epoch() + (isSet(i) ? clock.collector : Millis(0));
    if (i == clock.at) machine.setClock(machineZero(i));
    switch (step.kind) {
      case Step::Kind::kEvent:
        machine.handle(step.event);
        present.handle(step.event);
        break;
      case Step::Kind::kFlush:
        machine.flush(step.time);
        break;
      case Step::Kind::kUpload:
        upload(folders, wire, wallAt(i));
        machine.noteUploads();
        break;
      case Step::Kind::kStop:
        // One that cannot write goes on: what it ends with 1 is told to who stopped it.
        if (machine.finish(step.time)) machine.end();
        machine.begin(step.time, present.events());
        break;
    }
  }
  progress = steps.size();
  const MonoTime end = steps.back().time;
  bool written = machine.finish(end);
  for (int tries = 0; !written && tries < 1'000; ++tries) written = machine.writeAgain(end);
  if (!written) throw std::runtime_error("the store could not be written to the end");
  machine.end();
  WallTime later = machineZero(steps.size()) + end.time_since_epoch();
  bool sent = false;
  for (int days = 0; !sent && days < 1'000; ++days) {
    later += std::chrono::hours(48);
    server.now += std::chrono::hours(48);
    sent = upload(folders, wire, later);
  }
  if (!sent) throw std::runtime_error("what is left could not be sent");
}

}  // namespace dwell::tests
