#pragma once

#include <QObject>
#include <QThread>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "app/control/client.h"
#include "app/window/models/agent_status.h"

namespace dwell::app {

/// Talks to the agent without holding up the window: questions wait in line on a thread of their own, since
/// an answer may take seconds. It owns no timer: its host calls poll().
/// Threads: the GUI's; its own one only sees the ControlClient.
class AgentLink : public QObject {
  Q_OBJECT
 public:
  explicit AgentLink(const std::filesystem::path& socket, QObject* parent = nullptr);
  ~AgentLink() override;

  const AgentStatus& status() const { return status_; }

  /// Asks for the status, unless a question is open.
  void poll();
  void pause() { ask({{"command", "pause"}}); }
  void resume() { ask({{"command", "resume"}}); }
  /// Consent and configuration are read anew.
  void reload() { ask({{"command", "reload"}}); }
  /// Everything measured is written; flushed() follows in any case.
  void flush();

 signals:
  void changed();
  /// An answer came, or nobody was there to give one.
  void answered();
  void flushed();

 private:
  void ask(const nlohmann::ordered_json& request);
  void take(const nlohmann::ordered_json& request, const Expected<nlohmann::ordered_json>& answer);

  const ControlClient client_;
  AgentStatus status_;
  int open_ = 0;  ///< questions
  QThread thread_;
  QObject* worker_;  ///< lives on thread_
};

}  // namespace dwell::app
