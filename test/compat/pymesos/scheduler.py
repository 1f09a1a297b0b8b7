"""A framework written with pymesos: two executors of ours, one that is asked to leave and one whose task is killed.

Usage: python scheduler.py HOST:PORT EXECUTOR_PROGRAM LOG_DIR; prints what happens as JSON lines.
"""
import json
import os
import sys

from pymesos import MesosSchedulerDriver, Scheduler, decode_data, encode_data

MASTER, PROGRAM, LOG_DIR = sys.argv[1:4]


def tell(event, **details):
    print(json.dumps(dict(event=event, **details)), flush=True)


def scalar(name, value):
    return dict(name=name, type='SCALAR', scalar=dict(value=value))


def executor(name):
    environment = dict(
        PYTHONPATH=os.environ['PYTHONPATH'],
        EXECUTOR_LOG=os.path.join(LOG_DIR, name + '.jsonl'),
    )
    variables = [dict(name=key, value=value) for key, value in environment.items()]
    return dict(
        executor_id=dict(value=name),
        name=name,
        command=dict(
            value='exec "%s" "%s"' % (sys.executable, PROGRAM),
            environment=dict(variables=variables),
        ),
        resources=[scalar('cpus', 0.1), scalar('mem', 32)],
    )


def task(task_id, executor_name, agent_id):
    return dict(
        name=task_id,
        task_id=dict(value=task_id),
        agent_id=agent_id,
        executor=executor(executor_name),
        resources=[scalar('cpus', 0.2), scalar('mem', 32)],
        data=encode_data(task_id.upper().encode('ascii')),
    )


class TwoExecutors(Scheduler):
    def __init__(self):
        self.launched = False
        self.over = set()

    def registered(self, driver, framework_id, master_info):
        tell('registered', frameworkId=framework_id['value'], version=master_info['version'])

    def resourceOffers(self, driver, offers):
        for offer in offers:
            if self.launched:
                driver.declineOffer(offer['id'], filters=dict(refuse_seconds=60))
                continue
            self.launched = True
            agent = offer['agent_id']
            tasks = [task('quick', 'leaves', agent), task('lasting', 'stays', agent)]
            driver.launchTasks(offer['id'], tasks)

    def statusUpdate(self, driver, status):
        task_id, state = status['task_id']['value'], status['state']
        data = decode_data(status['data']).decode('ascii') if status.get('data') else None
        tell('update', taskId=task_id, state=state, data=data)
        name = dict(quick='leaves', lasting='stays')[task_id]
        asks = {('quick', 'TASK_FINISHED'): b'leave', ('lasting', 'TASK_RUNNING'): b'ping'}
        if (task_id, state) in asks:
            message = encode_data(asks[task_id, state])
            driver.sendFrameworkMessage(dict(value=name), status['agent_id'], message)
        if state == 'TASK_KILLED':
            self.finish(driver, 'killed')

    def frameworkMessage(self, driver, executor_id, agent_id, message):
        tell('message', executor=executor_id['value'], data=decode_data(message).decode('ascii'))
        driver.killTask(dict(value='lasting'))

    def executorLost(self, driver, executor_id, agent_id, status):
        tell('executorLost', executor=executor_id['value'], status=status)
        self.finish(driver, 'lost')

    def finish(self, driver, what):
        self.over.add(what)
        if self.over == {'killed', 'lost'}:
            driver.stop()

    def error(self, driver, message):
        tell('error', message=message)
        driver.stop()


framework = dict(user='root', name='from PyPI')
MesosSchedulerDriver(TwoExecutors(), framework, MASTER).run()
