"""An executor written with pymesos: 'quick' ends at once, other tasks wait for a kill. Keeps a log of JSON lines."""
import json
import os

from pymesos import Executor, MesosExecutorDriver, decode_data, encode_data

LOG = open(os.environ['EXECUTOR_LOG'], 'w')


def tell(event, **details):
    LOG.write(json.dumps(dict(event=event, **details)) + '\n')
    LOG.flush()


class Ours(Executor):
    def registered(self, driver, executor_info, framework_info, agent_info):
        tell(
            'registered',
            executor=executor_info['executor_id']['value'],
            framework=framework_info['name'],
            agent=agent_info['id']['value'],
        )

    def launchTask(self, driver, task):
        task_id = task['task_id']
        driver.sendStatusUpdate(dict(task_id=task_id, state='TASK_RUNNING', data=task['data']))
        if task_id['value'] == 'quick':
            driver.sendStatusUpdate(dict(task_id=task_id, state='TASK_FINISHED'))

    def frameworkMessage(self, driver, message):
        text = decode_data(message).decode('ascii')
        tell('message', data=text)
        if text == 'leave':
            os._exit(7)
        driver.sendFrameworkMessage(encode_data(b'pong'))

    def killTask(self, driver, task_id):
        driver.sendStatusUpdate(dict(task_id=task_id, state='TASK_KILLED'))

    def shutdown(self, driver):
        tell('shutdown')


MesosExecutorDriver(Ours()).run()
tell('ended')
