#include "app/window/screenshot.h"

#include <QCoreApplication>
#include <QEventLoop>
#include <QImage>

namespace dwell::app {

Expected<Screenshot> parseScreenshot(const QString& argument) {
  const auto equals = argument.indexOf(QLatin1Char('='));
  const Screenshot screenshot{argument.left(equals), equals < 0 ? QString() : argument.mid(equals + 1)};
  const QString expected =
      MainWindow::pageNames().join(QStringLiteral("=FILE or ")) + QStringLiteral("=FILE");
  if (screenshot.file.isEmpty() || !MainWindow::pageNames().contains(screenshot.page)) {
    return failure("no page and file", "--screenshot", expected.toStdString());
  }
  return screenshot;
}

Expected<void> takeScreenshots(MainWindow& window, AgentLink& agent,
                               const std::vector<Screenshot>& screenshots) {
  // Laid out and painted as if shown, but never mapped.
  window.setAttribute(Qt::WA_DontShowOnScreen);
  window.setFixedSize(1200, 800);
  window.show();
  // The status line says what the agent says: its answer, or that nobody gives one, comes in any case.
  QEventLoop untilAnswer;
  QObject::connect(&agent, &AgentLink::answered, &untilAnswer, &QEventLoop::quit);
  agent.poll();
  untilAnswer.exec();

  for (const Screenshot& screenshot : screenshots) {
    window.choosePage(screenshot.page);
    // Layouts and charts settle by posted events.
    QCoreApplication::sendPostedEvents();
    QCoreApplication::processEvents();
    QImage image(window.size(), QImage::Format_RGB32);
    window.render(&image);
    if (!image.save(screenshot.file, "PNG")) {
      return failure("can't be written", screenshot.file.toStdString(), "a file in a folder that exists");
    }
  }
  return {};
}

}  // namespace dwell::app
