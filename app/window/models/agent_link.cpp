#include "app/window/models/agent_link.h"

namespace dwell::app {

AgentLink::AgentLink(const std::filesystem::path& socket, QObject* parent)
    : QObject(parent), client_(socket), worker_(new QObject) {
  worker_->moveToThread(&thread_);
  connect(&thread_, &QThread::finished, worker_, &QObject::deleteLater);
  thread_.start();
}

AgentLink::~AgentLink() {
  thread_.quit();
  thread_.wait();
}

void AgentLink::poll() {
  if (open_ == 0) ask({{"command", "status"}});
}

void AgentLink::flush() { ask({{"command", "flush"}}); }

void AgentLink::ask(const nlohmann::ordered_json& request) {
  ++open_;
  QMetaObject::invokeMethod(worker_, [this, request] {
    auto answer = client_.ask(request);
    QMetaObject::invokeMethod(this, [this, request, answer = std::move(answer)] { take(request, answer); });
  });
}

void AgentLink::take(const nlohmann::ordered_json& request, const Expected<nlohmann::ordered_json>& answer) {
  --open_;
  const AgentStatus status = agentStatus(answer);
  if (!(status == status_)) {
    status_ = status;
    emit changed();
  }
  emit answered();
  if (request.value("command", std::string()) == "flush") emit flushed();
}

}  // namespace dwell::app
